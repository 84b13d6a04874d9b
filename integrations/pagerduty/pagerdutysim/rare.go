package pagerdutysim

import "slices"

// What accounts with more features tell besides.

// SetField changes a custom field of the incident.
func (n *Incident) SetField(by, name, value string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal {
		k := slices.IndexFunc(i.fields, func(f object) bool { return f["name"] == name })
		if k < 0 {
			i.fields = append(i.fields, object{
				"id": s.w.id(), "name": name, "namespace": "incidents", "data_type": "string", "field_type": "single_value", "type": "field_value",
			})
			k = len(i.fields) - 1
		}
		i.fields[k]["value"] = value
		s.send(i, "incident.custom_field_values.updated", a, object{
			"incident": s.ref(&i.entity), "custom_fields": i.fields, "changed_custom_fields": i.fields[k : k+1], "type": "incident_field_values",
		})
		return nil
	})
}

// AssignRole gives a role, such as "Incident Commander", to a user; "" takes it away.
func (n *Incident) AssignRole(by, role, user string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal {
		k := slices.IndexFunc(i.roles, func(r object) bool { return r["role"].(object)["summary"] == role })
		if k < 0 {
			i.roles = append(i.roles, object{
				"id": s.w.id(), "role": s.ref(&entity{"incident_role", s.w.id(), role}), "assignee": nil, "incident": s.ref(&i.entity),
			})
			k = len(i.roles) - 1
		}
		r := i.roles[k]
		r["old_assignee"], r["assignee"], r["status"] = r["assignee"], nil, "unassigned"
		if user != "" {
			r["assignee"], r["status"] = s.ref(&s.knownUser(user).entity), "assigned"
		}
		s.send(i, "incident.role.assigned", a, object{
			"incident": s.ref(&i.entity), "incident_role_assignments": i.roles[k : k+1], "type": "incident_role_assignment",
		})
		return nil
	})
}

// AddTask adds a task, and CompleteTask completes the one of that id.
func (n *Incident) AddTask(by, name string) (id string) {
	_ = n.do(by, func(s *Server, i *incident, a actor) *refusal {
		id = s.w.id()
		s.send(i, "incident.task.created", a, s.taskEvent(i, id, name, "todo"))
		return nil
	})
	return id
}

// CompleteTask completes a task.
func (n *Incident) CompleteTask(by, id, name string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal {
		s.send(i, "incident.task.completed", a, s.taskEvent(i, id, name, "completed"))
		return nil
	})
}

func (s *Server) taskEvent(i *incident, id, name, status string) object {
	return object{
		"id": id, "name": name, "description": "", "summary": name, "status": status, "assignees": []object{},
		"incident": s.ref(&i.entity), "type": "incident_task",
	}
}

// RunWorkflow starts and completes an incident workflow.
func (n *Incident) RunWorkflow(by, name string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal {
		data := object{
			"id": s.w.uuid(), "summary": name, "incident_workflow": s.ref(&entity{"incident_workflow", s.w.uuid(), name}),
			"workflow_trigger": s.ref(&entity{"workflow_trigger", s.w.uuid(), "Manual"}), "incident": s.ref(&i.entity),
			"service": s.ref(&i.service.entity), "type": "incident_workflow_instance",
		}
		s.send(i, "incident.workflow.started", a, data)
		s.send(i, "incident.workflow.completed", a, data)
		return nil
	})
}
