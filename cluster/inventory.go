package cluster

import "github.com/fedhub/fedhub/events"

// Inventory returns what the cluster consists of; nil: nobody looks.
func (c *Controller) Inventory() *events.Inventory {
	if c.cfg.Inventory == nil {
		return nil
	}
	return c.cfg.Inventory()
}

// showInventory has a cluster that sees itself show what it consists of.
func (c *Controller) showInventory(own *Summary) {
	own.Inventory = c.Inventory()
	own.InventoryStale = own.Inventory != nil && !c.heardOf(own.Inventory.At)
}
